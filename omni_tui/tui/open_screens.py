"""Opens the screens that features ask for by message."""

from __future__ import annotations

from omni_tui.api.documents import Document
from omni_tui.tui.messages import OpenComparison, OpenFolder, OpenForm, OpenPreview
from omni_tui.tui.theme.theme_app import ThemeApp


class ScreenOpener(ThemeApp):
    """The part of the application that opens screens, which are imported when they open."""

    def on_open_preview(self, event: OpenPreview) -> None:
        """Preview a saved file."""
        from omni_tui.tui.preview.screen import PreviewScreen

        self.push_screen(PreviewScreen(event.path, event.job))

    def on_open_folder(self, event: OpenFolder) -> None:
        """List the files in a folder."""
        from omni_tui.tui.preview.files_screen import FilesScreen

        if self.services is not None:
            folder = event.folder or self.services.remembered.folder or self.services.download_folder
            self.push_screen(FilesScreen(folder, self.services.engine.jobs()))

    def action_show_files(self) -> None:
        """List the files in the download folder."""
        self.post_message(OpenFolder())

    def on_open_comparison(self, event: OpenComparison) -> None:
        """Compare a saved export with the one before it."""
        from omni_tui.tui.compare.screen import CompareScreen

        jobs = self.services.engine.jobs() if self.services is not None else ()
        self.push_screen(CompareScreen(event.job, jobs))

    async def on_open_form(self, event: OpenForm) -> None:
        """Open the export form with the options of an earlier export."""
        from omni_tui.tui.export_form.screen import ExportScreen

        while len(self.screen_stack) > 1:
            await self.pop_screen()
        order = event.order
        known = self.services.catalog.find(order.request.dashboard_id) if self.services else None
        document = known or Document(order.request.dashboard_id, order.dashboard_name)
        await self.push_screen(ExportScreen((document,), order))
