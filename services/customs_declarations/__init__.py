"""Customs declarations: what is declared of the goods, customs' channel and clearance, what it means for a crossing.

A *declaration* (tờ khai hải quan) has a number, a type and lines of goods. A *load* (hàng trên xe) is what one crossing
says it carries: the numbers it names. Whatever changes either, the crossing's declarations are assessed again.
"""
