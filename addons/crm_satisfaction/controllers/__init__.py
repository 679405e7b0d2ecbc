from . import consent, main, portal, public_link, survey
