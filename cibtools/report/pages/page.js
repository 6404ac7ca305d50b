"use strict";
(() => {
  const doc = document, body = doc.body;
  const one = (what, inside = doc) => inside.querySelector(what);
  const all = (what, inside = doc) => [...inside.querySelectorAll(what)];
  const change = body.dataset.change || "", inputs = body.dataset.inputs || "";
  const key = `cibtools:${change}:${inputs}`;
  const empty = () => ({ version: 1, change, inputs, ticks: {}, notes: {}, head: {}, answers: {} });
  const isRecord = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
  const ours = (found) => isRecord(found) && found.version === 1 && found.change === change && found.inputs === inputs &&
    ["ticks", "notes", "head", "answers"].every((part) => isRecord(found[part]));
  let state = empty();
  const say = (text) => { const live = one("#live"); if (live) live.textContent = text; };

  doc.documentElement.classList.add("scripted");
  try {
    const found = JSON.parse(localStorage.getItem(key) || "null");
    if (ours(found)) state = found;
  } catch (error) {
    say("This browser keeps nothing for this file: export before you close it.");
  }
  const save = () => {
    try { localStorage.setItem(key, JSON.stringify(state)); } catch (error) { say("Not kept by this browser: export before you close it."); }
  };
  const two = (number) => String(number).padStart(2, "0");
  const now = () => {
    const at = new Date();
    return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
  };
  const offer = (name, type, text) => {
    const url = URL.createObjectURL(new Blob([text], { type })), link = doc.createElement("a");
    link.href = url; link.download = name; body.append(link); link.click(); link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 5000);
  };

  const paint = () => {
    for (const box of all("[data-tick]")) {
      const tick = state.ticks[box.dataset.tick];
      box.checked = Boolean(tick);
      const text = tick ? `done ${tick.at}${tick.by ? ` by ${tick.by}` : ""}` : "";
      for (const stamp of all("[data-stamp]", box.closest("[data-step], li, p, td") || doc)) {
        if (stamp.dataset.stamp === box.dataset.tick) stamp.textContent = text;
      }
      const step = box.dataset.kind === "step" ? box.closest("[data-step]") : null;
      if (step) { step.classList.toggle("done", Boolean(tick)); if (tick) step.open = false; }
    }
    for (const field of all("[data-note]")) field.value = state.notes[field.dataset.note] || "";
    for (const field of all("[data-head]")) if (field.dataset.head in state.head) field.value = state.head[field.dataset.head];
    for (const field of all("[data-question]")) {
      const given = state.answers[field.dataset.question];
      for (const way of all("input[type=radio]", field)) way.checked = Boolean(given) && way.value === given.choice;
      for (const value of all("[data-value]", field)) value.value = (given && given.values && given.values[value.dataset.value]) || value.defaultValue;
    }
    count();
  };

  const count = () => {
    const steps = all("[data-kind=step]"), done = steps.filter((box) => box.checked).length;
    const progress = one("#progress");
    if (progress && steps.length) progress.textContent = `${done} of ${steps.length} steps done`;
    let open = 0, must = 0;
    const questions = all("[data-question]");
    for (const field of questions) {
      const answered = all("input[type=radio]", field).some((way) => way.checked), needed = "must" in field.dataset;
      if (!answered) { open += 1; must += needed ? 1 : 0; }
      field.className = answered ? "answered" : needed ? "must" : "open";
      one(".state", field).textContent = answered ? "✔ answered" : needed ? "✖ must be answered" : "△ open";
    }
    const told = one("#answers-state");
    if (told) told.textContent = open ? `${open} of ${questions.length} open, ${must} of them must be answered` :
      `✔ all ${questions.length} answered: save answers.toml, then run the report again with --answers answers.toml`;
  };

  /* An answer is one line of the file: a key with its value, an entry of `accept`, or lines of the table [evms]. */
  const quote = (text) => `"${text.replace(/[\\"]/g, "\\$&").replace(/[\u0000-\u001f\u007f]/g, (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"))}"`;
  const lines = () => {
    const plain = [], accept = [], table = [], open = [], byHand = [];
    for (const field of all("[data-question]")) {
      const way = all("input[type=radio]", field).find((found) => found.checked), name = field.dataset.name;
      if (!way) { open.push(`# open: ${name}`); continue; }
      if (way.dataset.key === "accept") accept.push(...way.dataset.entries.split("\n"));
      else if (way.dataset.key === "evms") {
        for (const value of all("[data-value]", field)) if (value.value.trim()) table.push(`${quote(value.dataset.value)} = ${quote(value.value.trim())}`);
      } else if (way.dataset.key) plain.push(`${way.dataset.key} = ${way.dataset.entries}`);
      else byHand.push(`# ${name}: ${one("span", way.closest("label")).firstChild.textContent.trim()} (by hand)`);
    }
    const once = (list) => [...new Set(list)], kept = one("#kept-answers");
    const before = kept ? JSON.parse(kept.content.textContent) : { plain: [], accept: [], evms: [] };
    const clash = clashes(plain);
    const text = [`# answers.toml of change ${change}`, ...open, ...byHand, ...clash.map((name) => `# two answers for: ${name}`), ...once([...before.plain.filter((line) => !plain.some((mine) => mine.split(" = ")[0] === line.split(" = ")[0])), ...plain])];
    const accepted = once([...before.accept, ...accept]);
    if (accepted.length) text.push(`accept = [${accepted.map(quote).join(", ")}]`);
    const rows = once([...before.evms, ...table]);
    if (rows.length) text.push("", "[evms]", ...rows);
    return `${text.join("\n")}\n`;
  };
  const clashes = (plain) => {
    const seen = new Map(), twice = new Set();
    for (const line of new Set(plain)) { const name = line.split(" = ")[0]; if (seen.has(name)) twice.add(name); seen.set(name, line); }
    return [...twice];
  };
  const warnOfClashes = () => {
    const told = one("#answers-clash");
    if (!told) return;
    const chosen = all("[data-question] input[type=radio]:checked").filter((way) => way.dataset.key && !["accept", "evms"].includes(way.dataset.key));
    const found = clashes(chosen.map((way) => `${way.dataset.key} = ${way.dataset.entries}`));
    told.hidden = !found.length;
    told.textContent = found.length ? `✖ Two different answers for ${found.join(", ")}: the file can hold one.` : "";
  };

  const copy = (button) => {
    const text = one("pre, code", button.closest(".cmd")), label = button.textContent;
    const told = () => { button.textContent = "✔ Copied"; say("copied"); setTimeout(() => { button.textContent = label; }, 2000); };
    const select = () => {
      const range = doc.createRange(), selection = getSelection();
      range.selectNodeContents(text); selection.removeAllRanges(); selection.addRange(range); say("Selected: press Ctrl+C.");
    };
    if (navigator.clipboard && isSecureContext) navigator.clipboard.writeText(text.textContent).then(told, select); else select();
  };
  const filter = (wanted) => {
    let gone = 0;
    for (const step of all("[data-nodes]")) {
      step.hidden = wanted !== "" && !step.dataset.nodes.split(" ").includes(wanted);
      gone += step.hidden ? 1 : 0;
    }
    one("#filtered").textContent = gone ? `${gone} steps of other nodes are hidden. On paper all steps are printed.` : "";
  };
  const load = (file) => file.text().then((text) => {
    let found = null;
    try { found = JSON.parse(text); } catch (error) { return say("This file is no JSON: nothing was changed."); }
    if (!ours(found)) return say("This file belongs to another change or to other inputs: nothing was changed.");
    state = found; save(); paint(); warnOfClashes();
    return say("Ticks, notes and answers are loaded.");
  });

  doc.addEventListener("change", ({ target }) => {
    if (target.dataset.tick) {
      if (target.checked) state.ticks[target.dataset.tick] = { at: now(), by: state.head.operator || "" };
      else delete state.ticks[target.dataset.tick];
      save(); paint(); say(target.checked ? `${target.dataset.tick} ticked` : `tick of ${target.dataset.tick} taken back`);
    }
    const question = target.closest("[data-question]");
    if (question) {
      const way = one("input[type=radio]:checked", question), values = {};
      for (const value of all("[data-value]", question)) values[value.dataset.value] = value.value;
      if (way) state.answers[question.dataset.question] = { choice: way.value, values };
      save(); count(); warnOfClashes();
    }
    if (target.id === "node") filter(target.value);
    if (target.id === "state-file" && target.files[0]) { load(target.files[0]); target.value = ""; }
  });
  doc.addEventListener("input", ({ target }) => {
    if (target.dataset.note) { state.notes[target.dataset.note] = target.value; save(); }
    if (target.dataset.head) { state.head[target.dataset.head] = target.value; save(); }
  });
  doc.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    if (button.classList.contains("copy")) copy(button);
    if (button.id === "export") offer(`ticks-${change || "page"}.json`, "application/json", `${JSON.stringify({ ...state, exported: now() }, null, 1)}\n`);
    if (button.id === "import") one("#state-file").click();
    if (button.id === "save-answers") offer("answers.toml", "application/toml", lines());
    if (button.id === "fold") {
      const open = button.getAttribute("aria-pressed") === "true";
      for (const step of all("details.step")) step.open = !open;
      button.setAttribute("aria-pressed", String(!open));
      button.textContent = open ? "Open all steps" : "Fold all steps";
    }
  });
  let folded = [], away = [];
  addEventListener("beforeprint", () => {
    folded = all("details:not([open]):not(.keep)"); away = all("[data-nodes][hidden]");
    for (const found of folded) found.open = true;
    for (const found of away) found.hidden = false;
  });
  addEventListener("afterprint", () => {
    for (const found of folded) found.open = false;
    for (const found of away) found.hidden = true;
  });
  paint(); warnOfClashes();
})();
