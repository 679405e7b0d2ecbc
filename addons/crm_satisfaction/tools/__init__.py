from . import export, scores
