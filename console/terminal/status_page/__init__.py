"""`underkeel status-page`: the page without a window."""
