"""How far numbers lie from those they should be."""


def error(ours, oracle):
    return ((ours.float() - oracle).norm() / oracle.norm()).item()
