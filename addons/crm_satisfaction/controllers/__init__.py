from . import consent, main, public_link, survey
