"""What the appliance can do. One file per noun; the permission check is the first line; rows, event and audit commit together."""

from __future__ import annotations

from pydantic import BaseModel

# Hundreds of models, of which one start uses a few: each is built when it is first needed, so that the door opens sooner.
BaseModel.model_config["defer_build"] = True
