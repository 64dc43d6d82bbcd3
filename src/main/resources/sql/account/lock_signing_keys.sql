-- One node after the other, so that the second finds the key of the first; reading stays free.
lock table signing_key in share row exclusive mode
