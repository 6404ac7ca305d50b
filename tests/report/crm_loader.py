"""Runs in crmsh's own Python: load each NAME.crm of a folder into empty.xml, as `crm configure load replace` does.

The CIB that the shell makes of it goes to NAME.xml; what it refuses leaves none. Nothing is committed, since that asks
the tools of the cluster, and takes seconds for each file.
"""

import sys
from pathlib import Path

from crmsh import config, log, options
from lxml import etree

log.setup_logging()
# Only now: the modules make their loggers when they are imported.
from crmsh.cibconfig import cib_factory, mkset_obj  # noqa: E402


def main() -> None:
    options.interactive = False
    options.batch = True
    # No questions to agents, which are not installed here.
    config.core.check_frequency = "never"
    folder = Path(sys.argv[1])
    for text in sorted(folder.glob("*.crm")):
        cib_factory.reset()
        if not cib_factory.initialize(etree.parse(folder / "empty.xml").getroot()):
            sys.exit("crmsh does not take the empty CIB")
        sys.stderr.write(f"{text.name}:\n")
        if mkset_obj().import_file("replace", str(text)):
            text.with_suffix(".xml").write_bytes(etree.tostring(cib_factory.get_cib()))


main()
