"""Channels: the shops and marketplaces that sell for us; orders come in, stock and news go out."""

from modules.channels.offers import offer_everything
from modules.channels.operations import link_account
from modules.channels.ports import (
    ChannelLine,
    ChannelOrder,
    ChannelPayment,
    Offer,
    OfferResult,
    OrderPage,
    Outcome,
    SalesChannel,
    Told,
    Unreadable,
)

__all__ = [
    "ChannelLine",
    "ChannelOrder",
    "ChannelPayment",
    "Offer",
    "OfferResult",
    "OrderPage",
    "Outcome",
    "SalesChannel",
    "Told",
    "Unreadable",
    "link_account",
    "offer_everything",
]
