"""What the pages share: the shell, the canvas, the answer, charts, resources and state."""
