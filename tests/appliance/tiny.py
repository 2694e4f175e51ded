"""The tiny connector as a running appliance has it: a signed package of a publisher that is trusted, installed by the command line."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.domain.packages import signed_text
from tests.appliance.stage import Stage
from tests.server.main import program
from tests.server.services.syncing.rig import FOLDER
from tests.server.services.syncing.vendor import TinyVendor

_KEY: Final = Ed25519PrivateKey.generate()
_PUBLIC: Final = b64encode(_KEY.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)).decode()
TRUSTED: Final = f"JUNCTION_CONNECTORS__TRUSTED_PUBLISHERS=Junction:{_PUBLIC}"
"""The setting of an appliance that believes the signature."""


def stage_with_tiny(folder: Path, *settings: str) -> Stage:
    """Return a stage on which the connector is installed."""
    stage = Stage(folder, TRUSTED, *settings)
    files = {path.name: path.read_bytes() for path in FOLDER.iterdir() if path.suffix in (".py", ".toml")}
    signature = b64encode(_KEY.sign(signed_text(files))).decode()
    package = folder / "tiny"
    package.mkdir()
    for name, content in {**files, "signature.toml": f'publisher = "Junction"\nsignature = "{signature}"\n'.encode()}.items():
        (package / name).write_bytes(content)
    program.answer("connector", "install", str(package), data=stage.data, **stage.more)
    return stage


def installed(stage: Stage, vendor: TinyVendor, **config: Any) -> str:
    """Install it for the tenant and return the installation's address."""
    body = {"config": {"address": vendor.url, "api_key": "sesame-opens", "resources": ["people"], **config}}
    made: dict[str, Any] = stage.call("POST", "/api/v1/integrations/tiny/install", body)
    assert made["status"] == "connected", made["error"]
    return f"/api/v1/installations/{made['id']}"
