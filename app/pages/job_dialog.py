"""The window of a job under way; stopping it leaves what it has done, and closing the window leaves it running."""

from __future__ import annotations

from collections.abc import Callable

from app.client.api import Row
from app.pages.context import Context
from app.pages.job_panel import JobPanel
from app.pages.specs import Action
from app.system.languages import tr
from app.widgets.dialogs import Dialog


class JobDialog(Dialog):
    """Shows one job until it is closed; `changed` is told when it ended and when the window goes."""

    def __init__(
        self,
        context: Context,
        job: Row,
        title: str,
        changed: Callable[[], None],
        then: tuple[Action, ...] = (),
        act: Callable[[Action, Row], object] = lambda _action, _row: None,
    ) -> None:
        super().__init__(context.window, title, act=tr("Close"))
        self.panel = JobPanel(context, then, act)
        self.body.addWidget(self.panel)
        self.leave.setText(tr("Stop"))
        self.panel.ended.connect(lambda _: self.leave.hide())
        self.panel.ended.connect(lambda _: changed())
        self.finished.connect(lambda _: self.panel.leave())
        self.finished.connect(lambda _: changed())
        self.panel.watch(job)

    def reject(self) -> None:
        """Stop the job, and leave."""
        if self.panel.under_way:
            self.panel.stop()
        super().reject()
