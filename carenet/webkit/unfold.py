UNFOLD: dict[str, object] = {}
