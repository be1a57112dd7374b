"""Has SAM's own translator make CloudFormation of templates, as AWS does when one is deployed."""

import sys

from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse


def packaged(template):
    """What `sam package` does: code that lies beside the template goes to a bucket."""
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        for uri in ("CodeUri", "ContentUri"):
            if uri in properties:
                properties[uri] = "s3://bucket/key"
    return template


for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        template = packaged(yaml_parse(file.read()))
    made = Translator({}, Parser()).translate(template, {})
    print(path, " ".join(sorted(made["Resources"])))
