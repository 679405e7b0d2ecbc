from . import main, survey
