from . import recovery, scores
