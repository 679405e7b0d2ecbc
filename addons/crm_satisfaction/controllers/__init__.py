from . import main, portal, survey
