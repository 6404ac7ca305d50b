"""States that recorded decisions start from, written as a status in either dialect."""

from __future__ import annotations

import re

from lxml import etree

KEY = "9:1:0:11111111-2222-3333-4444-555555555555"


def record(lrm: etree._Element, place: tuple[str, str, str], dash: str, *, failed: bool) -> None:
    """One operation of the history: of a resource, its name and its interval."""
    resource, operation, interval = place
    (known,) = lrm.xpath("lrm_resource[@id = $name]", name=resource) or [etree.SubElement(lrm, "lrm_resource")]
    known.attrib.update({"id": resource, "class": "ocf", "provider": "heartbeat", "type": "Dummy"})
    made = etree.SubElement(known, "lrm_rsc_op", id=f"{resource}_{operation}_{interval}")
    words = {"operation": operation, "interval": interval}
    status, code = ("4", "1") if failed else ("0", "0")
    words |= {"call-id": "9" if failed else "5", "rc-code": code, "op-status": status, "crm_feature_set": "2.0"}
    words |= {"transition-key": KEY, "transition-magic": f"{status}:{code};{KEY}"}
    made.attrib.update({name.replace("-", dash): value for name, value in words.items()})


def with_states(cib: etree._Element, state: list[str], dash: str) -> None:
    """Give a CIB the status that sentences such as `a runs on n1` say; dash joins the words of a name."""
    cib.set(f"have{dash}quorum", str("no quorum" not in state).lower())
    for old in cib.findall("status"):
        cib.remove(old)
    status = etree.SubElement(cib, "status")
    for node in cib.iterfind("configuration/nodes/node"):
        name = node.get("uname", "")
        if f"{name} is unseen" in state:
            continue
        lost = f"{name} is lost" in state
        here = etree.SubElement(status, "node_state", id=node.get("id", ""), uname=name, expected="member")
        here.attrib.update({"in_ccm": str(not lost).lower(), "join": "down" if lost else "member"})
        here.attrib.update({"crmd": "offline" if lost else "online", "ha": "dead" if lost else "active"})
        lrm = etree.SubElement(etree.SubElement(here, "lrm", id=node.get("id", "")), "lrm_resources")
        for words in state:
            running = re.fullmatch(rf"(\S+) runs on {name}", words)
            failed = re.fullmatch(rf"(?:a|the) (monitor|start) of (\S+) failed on {name}", words)
            if running or failed:
                record(lrm, (running[1] if running else failed[2], "monitor", "0"), dash, failed=False)
            if failed:
                interval = "10000" if failed[1] == "monitor" else "0"
                record(lrm, (failed[2], failed[1], interval), dash, failed=True)
