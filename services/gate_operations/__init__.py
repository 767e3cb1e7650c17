"""What happens to a truck at the gate: the authorities' facts, the stages that follow, the lag of one authority.

A *passage* (lượt qua cổng) is one crossing at the gate. Facts come late, repeated and out of order; a passage's stages
are a pure function of the set of its facts and calls, so every order ends the same.
"""
