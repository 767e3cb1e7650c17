"""identity: who may use the gate.

It owns organisations and the people, machines and devices that act for them; how each proves who it is (a password, a
client secret, a driver's link, an enrolled device); sessions, and the caller tokens every other service trusts.
Names, logins and tax codes stay here: what it publishes carries ids.

Words: *organisation* (tổ chức), *person* (người dùng), *machine* (a firm's system), *device* (thiết bị định vị),
*invitation* (a link that lets a person set a password), *driver's link* (a link that opens one crossing).
"""
