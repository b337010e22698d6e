"""Makes precompiled_charsmap blobs: a double array of keys, then their replacements, each ended by a NUL."""

import array


def charsmap(rules):
    """The blob of a dict from str to str."""
    texts = bytearray()
    places = {}
    root = {}
    for key, text in rules.items():
        if text not in places:
            places[text] = len(texts)
            texts += text.encode() + b"\0"
        node = root
        for byte in key.encode():
            node = node.setdefault(byte, {})
        node[0] = places[text]  # a key has no NUL, so that label is free for the value
    units = double_array(root)
    return (4 * len(units)).to_bytes(4, "little") + units.tobytes() + bytes(texts)


def double_array(root):
    """A node with base b has its children at b ^ label. No two nodes have the same base, so the label of a child says
    whose it is."""
    units = array.array("I", bytes(4 * 256))
    used = bytearray(b"\1") + bytearray(255)
    bases = set()
    hints = {}  # where to look for a base next, by the labels wanted
    todo = [(0, 0, root)]
    while todo:
        place, label, node = todo.pop()
        hint = tuple(node) if len(node) == 1 else None
        base = hints.get(hint, 1)
        while True:
            while len(units) <= base | 255:
                units.frombytes(bytes(4 * 256))
                used.extend(bytes(256))
            if base not in bases and not any(used[base ^ child] for child in node):
                break
            base += 1
        hints[hint] = base if hint else max(1, base - 2048)
        bases.add(base)
        offset = place ^ base
        if offset >= 1 << 21:
            raise ValueError("more nodes than an offset reaches")
        units[place] = offset << 10 | (0 in node) << 8 | label
        for child, below in node.items():
            used[base ^ child] = 1
            if child == 0:
                units[base] = 1 << 31 | below
            else:
                todo.append((base ^ child, child, below))
    return units
