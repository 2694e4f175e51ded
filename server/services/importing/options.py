"""What whoever imports may choose; whatever is left open is detected, and the detection is shown."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from server.domain import money


def _currency(code: str) -> str:
    if code.upper() not in money.CURRENCIES:
        message = "is not an ISO 4217 currency"
        raise ValueError(message)
    return code.upper()


class ImportOptions(BaseModel):
    """How a file is read, and what is done with its rows."""

    model_config = ConfigDict(extra="forbid")

    dry_run: Annotated[bool, Field(description="Judge every row and say what would happen; nothing is written.")] = False
    match: Annotated[
        str | None,
        Field(
            max_length=80,
            description="What tells which record a row is about: a field such as `email`, `id` for tables that were exported here,"
            " `external_id:<system>`, `identity` for the resource's own field where the file has it, or null to create a record for every row.",
        ),
    ] = "identity"
    on_match: Annotated[Literal["update", "skip", "error"], Field(description="What is done with a row whose record is there already.")] = "update"
    create_companies: Annotated[bool, Field(description="Create companies that are named and not there yet.")] = False
    clear_blanks: Annotated[bool, Field(description="A blank cell clears its field; otherwise it leaves it alone.")] = False
    encoding: Annotated[str | None, Field(max_length=40, description="Encoding of the text; detected when left out.")] = None
    delimiter: Annotated[str | None, Field(max_length=1, description="What separates cells; detected when left out.")] = None
    header: Annotated[bool | None, Field(description="Whether the first row names the columns; detected when left out.")] = None
    sheet: Annotated[str | None, Field(max_length=100, description="The sheet of a workbook; the first visible one when left out.")] = None
    record_path: Annotated[str | None, Field(max_length=500, description="In XML, the elements that make rows: `contacts/contact`.")] = None
    dates: Annotated[Literal["day_first", "month_first"] | None, Field(description="How 03/04/2026 is read; inferred when left out.")] = None
    decimals: Annotated[Literal["comma", "point"] | None, Field(description="How 1,234 is read; inferred when left out.")] = None
    currency: Annotated[str, AfterValidator(_currency)] | None = None
    time_zone: Annotated[str | None, Field(max_length=60, description="Of times that name none; the tenant's when left out.")] = None
