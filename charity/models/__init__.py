"""Funds, donations, goods, grants, cost sharing."""

from charity.models.donations import Donation
from charity.models.funds import Fund
from charity.models.goods import GoodsDonation, GoodsIssue
from charity.models.grants import Grant
from charity.models.sharing import CostShareRule, CostSplit

__all__ = ["CostShareRule", "CostSplit", "Donation", "Fund", "GoodsDonation", "GoodsIssue", "Grant"]
