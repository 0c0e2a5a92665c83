"""Render one file. A format's libraries are imported at its first use."""

from __future__ import annotations

from omni_tui.demo.files.models import RenderedFile, RenderTask


def render(task: RenderTask) -> RenderedFile:
    """Render the requested file. Raises RenderFailed with the message of the job's status."""
    match task.body["format"]:
        case "pdf":
            from omni_tui.demo.files.drawing.pdf import render_pdf

            return render_pdf(task)
        case "png":
            from omni_tui.demo.files.drawing.png import render_png

            return render_png(task)
        case "xlsx":
            from omni_tui.demo.files.workbook import render_xlsx

            return render_xlsx(task)
        case "csv":
            from omni_tui.demo.files.data_files import render_csv

            return render_csv(task)
    from omni_tui.demo.files.data_files import render_json

    return render_json(task)
