from . import periods, quiet, sampling, scores
