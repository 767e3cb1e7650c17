"""Vehicle registration owns carriers' vehicles and drivers, and the registration with its crossings until they queue.

A registration (phiếu đăng ký) is what a trader or carrier files in advance; each of its crossings (lượt xe) has a
reference, is assessed by rules, and is READY when nothing is missing.
"""
