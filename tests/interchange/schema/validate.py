# SPDX-License-Identifier: Apache-2.0
"""validate.py SCHEMA DOCUMENT: exit 0 it fits, 1 it does not (says where), 77 there is no jsonschema here."""
import datetime
import json
import re
import sys

try:
    import jsonschema
except ImportError:
    print("there is no jsonschema for this python3")
    sys.exit(77)

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
with open(sys.argv[2], encoding="utf-8") as file:
    document = json.load(file)
jsonschema.Draft7Validator.check_schema(schema)
formats = jsonschema.FormatChecker(formats=())  # without these two every word would do for a URI


@formats.checks("uri")
def is_uri(text):
    return not isinstance(text, str) or re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+", text) is not None


@formats.checks("date-time", raises=ValueError)
def is_date_time(text):
    if isinstance(text, str):
        if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", text) is None:
            return False
        datetime.datetime.fromisoformat(text[:19])
    return True


wrong = sorted(jsonschema.Draft7Validator(schema, format_checker=formats).iter_errors(document), key=lambda error: list(map(str, error.path)))
for error in wrong[:20]:
    print("/".join(map(str, error.absolute_path)) + ": " + error.message[:300])
sys.exit(1 if wrong else 0)
