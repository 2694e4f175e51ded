"""Reports as receivers write them."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from email.message import EmailMessage

AGGREGATE = b"""<?xml version="1.0" encoding="UTF-8"?>
<feedback xmlns="urn:ietf:params:xml:ns:dmarc-2.0">
  <version>1.0</version>
  <report_metadata><org_name>receiver.example</org_name><email>dmarc@receiver.example</email><report_id>r-1</report_id>
    <date_range><begin>1795132800</begin><end>1795219199</end></date_range></report_metadata>
  <policy_published><domain>Example.Test</domain><adkim>r</adkim><aspf>s</aspf><p>reject</p><sp>quarantine</sp><np>reject</np></policy_published>
  <record><row><source_ip>198.51.100.7</source_ip><count>12</count>
    <policy_evaluated><disposition>none</disposition><dkim>pass</dkim><spf>fail</spf></policy_evaluated></row>
    <identifiers><header_from>example.test</header_from><envelope_from>bounce.example.test</envelope_from></identifiers>
    <auth_results><dkim><domain>example.test</domain><selector>s1</selector><result>pass</result></dkim>
      <spf><domain>bounce.example.test</domain><scope>mfrom</scope><result>pass</result></spf></auth_results></record>
  <record><row><source_ip>203.0.113.9</source_ip><count>3</count>
    <policy_evaluated><disposition>reject</disposition><dkim>fail</dkim><spf>fail</spf>
      <reason><type>local_policy</type><comment>a &amp; b</comment></reason></policy_evaluated></row>
    <identifiers><header_from>example.test</header_from></identifiers><auth_results/></record>
</feedback>
"""
TLS = json.dumps(
    {
        "organization-name": "Receiver",
        "date-range": {"start-datetime": "2026-11-20T00:00:00Z", "end-datetime": "2026-11-20T23:59:59Z"},
        "contact-info": "tls@receiver.example",
        "report-id": "t-1",
        "policies": [
            {
                "policy": {"policy-type": "sts", "policy-domain": "example.test", "policy-string": ["version: STSv1"]},
                "summary": {"total-successful-session-count": 90, "total-failure-session-count": 10},
                "failure-details": [{"result-type": "certificate-expired", "failed-session-count": 10, "receiving-mx-hostname": "mail.example.test"}],
            },
            {"policy": {"policy-type": "no-policy-found", "policy-domain": "other.test"}, "summary": {"total-successful-session-count": 1}},
        ],
    }
).encode()


def zipped(content: bytes, *, files: int = 1) -> bytes:
    """Return a zip with a file, or several of the same."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(files):
            archive.writestr(f"report{number}.xml", content)
    return packed.getvalue()


def mailed(content: bytes, kind: str = "gzip") -> bytes:
    """Return a mail that brings an attachment."""
    message = EmailMessage()
    message["From"], message["Subject"] = "dmarc@receiver.example", "Report domain: example.test"
    message.set_content("Please find the report attached.")
    message.add_alternative("<html><body>Please find the report attached.</body></html>", subtype="html")
    message.add_attachment(content, maintype="application", subtype=kind, filename="receiver.example!example.test!1795132800!1795219199.xml.gz")
    return message.as_bytes()


FORMS = {
    "plain": AGGREGATE, "gzip": gzip.compress(AGGREGATE), "zip": zipped(AGGREGATE), "mail": mailed(gzip.compress(AGGREGATE)),
    "mailed zip": mailed(zipped(AGGREGATE), "zip"), "byte order mark": b"\xef\xbb\xbf" + AGGREGATE,
}  # fmt: skip
