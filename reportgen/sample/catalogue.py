"""The shelves of the invented shop: what it sells, so that the sample's tables and charts read like a real shop's.

Prices are whole pence: the sample's money is exact, as the report's is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Product:
    """One thing that can stand on an order line.

    Attributes
    ----------
    product_id : str
        The shop's stock-keeping unit; text, because some begin with zeros and some hold letters.
    product_name : str
        The name as the till prints it.
    category : str
        The shelf it stands on. The export does not show it; the customers' tastes depend on it.
    pence : int
        The price of one unit.
    """

    product_id: str
    product_name: str
    category: str
    pence: int


# Within a shelf the best known come first: popularity falls with the place in the list.
SHELVES: Final[dict[str, tuple[tuple[str, str, int], ...]]] = {
    "Tea & coffee": (
        ("00312", "Stoneware teapot, 6 cup", 2450),
        ("00318", "Quilted tea cosy", 1295),
        ("00305", "English breakfast tea, 80 bags", 495),
        ("00307", "Ground coffee, house blend 227 g", 650),
        ("00321", "Cafetière, 8 cup", 2795),
        ("00322", "Earl Grey loose tea, caddy", 875),
        ("00330", "Stovetop espresso maker", 2650),
        ("00334", "Milk frothing jug", 1450),
        ("00336", "Tea strainer & drip bowl", 695),
        ("00341", "Peppermint tea, 40 bags", 450),
        ("00345", "Hand coffee grinder", 3450),
        ("00347", "Sugar bowl with lid", 995),
        ("00352", "Enamel kettle, 2 litre", 4250),
    ),
    "Cookware": (
        ("10114", "Cast iron casserole, 24 cm", 8950),
        ("10120", "Pasta machine", 4495),
        ("10121", "Pasta drying rack", 1595),
        ("10127", "Frying pan, 28 cm", 3950),
        ("10131", "Salt & pepper mill", 2895),
        ("10132", "Sea salt crystals, 250 g", 395),
        ("10138", "Saucepan with lid, 18 cm", 4250),
        ("10140", "Chef's knife, 20 cm", 5450),
        ("10143", "Chopping board, oak", 3250),
        ("10149", "Stock pot, 10 litre", 6450),
        ("10152", "Griddle pan", 3795),
        ("10155", "Wooden spoons, set of 3", 895),
        ("10158", "Colander, enamelled", 2195),
        ("10160", "Garlic press", 1295),
        ("10163", "Kitchen scales", 3650),
    ),
    "Baking": (
        ("00811", "Bundt tin, 10 cup", 2695),
        ("00812", "Wire cooling rack", 1095),
        ("00815", "Mixing bowl, 4 litre", 1895),
        ("00819", "Rolling pin, beech", 1195),
        ("00823", "Paper muffin cases, pack of 60", 325),
        ("00826", "Muffin tray, 12 hole", 1595),
        ("00830", 'Springform tin, 9"', 1695),
        ("00834", '"Crème brûlée" dish, set of 4', 1995),
        ("00837", "Piping bag & nozzles", 1250),
        ("00841", "Measuring spoons", 695),
        ("00844", "Loaf tin, 2 lb", 1195),
        ("00848", "Cake stand, glass", 3450),
        ("00853", "Cookie cutters, woodland", 795),
        ("00857", "Bread proving basket", 1650),
    ),
    "Tableware": (
        ("20401", "Dinner plate, speckled", 1150),
        ("20402", "Side plate, speckled", 850),
        ("20405", "Cereal bowl, speckled", 950),
        ("20408", "Stacking café mug, white", 595),
        ("20409", "Saucer, white", 325),
        ("20413", "Cheese board, slate", 2295),
        ("20414", "Cheese knives, set of 3", 1695),
        ("20417", "Teaspoons, set of 6", 1195),
        ("20421", "Serving platter, oval", 2895),
        ("20424", "Milk jug, creamware", 1095),
        ("20428", "Butter dish with lid", 1595),
        ("20432", "Egg cups, pair", 795),
        ("20437", "Cutlery set, 24 piece", 8495),
        ("20440", "Salad servers, olive wood", 1450),
    ),
    "Glass & bar": (
        ("20611", "Champagne flutes, set of 4", 3295),
        ("20612", "Champagne stopper", 895),
        ("20615", "Wine glass, tall", 795),
        ("20618", "Tumbler, ribbed", 495),
        ("20622", "Water jug, 1.5 litre", 1895),
        ("20625", "Gin balloon glass", 895),
        ("20629", "Cocktail shaker & strainer", 2895),
        ("20633", "Carafe, recycled glass", 1650),
        ("20636", "Corkscrew, waiter's friend", 995),
        ("20640", "Decanter, cut glass", 5950),
        ("20644", "Ice bucket, hammered steel", 3495),
        ("20647", "Pint glass", 450),
    ),
    "Linen": (
        ("30211", "Apron, striped cotton", 1895),
        ("30212", "Double oven glove", 1495),
        ("30215", "Tea towels, set of 3", 1295),
        ("30219", "Linen napkins, set of 4", 2295),
        ("30222", "Tablecloth, 150 x 250 cm", 4450),
        ("30226", "Bath towel, Egyptian cotton", 2495),
        ("30229", "Hand towel, Egyptian cotton", 1295),
        ("30233", "Duvet set, double, white", 7495),
        ("30236", "Pillowcases, pair", 2195),
        ("30240", "Lambswool throw", 6950),
        ("30244", "Cushion, herringbone", 3295),
        ("30248", "Table runner, sage", 2195),
        ("30251", "Dish cloths, pack of 5", 650),
    ),
    "Candles & scent": (
        ("40117", "Scented candle, fig & cassis", 1850),
        ("40118", "Candle wick trimmer", 950),
        ("40121", "Dinner candles, box of 6", 795),
        ("40125", "Tea lights, bag of 30", 495),
        ("40128", "Reed diffuser, sea salt & sage", 2450),
        ("40132", "Hand soap, lavender", 895),
        ("40135", "Pillar candle, ivory", 695),
        ("40139", "Storm lantern", 3295),
        ("40142", "Candlestick, brass", 1695),
        ("40146", "Matches in a bottle", 595),
        ("40149", "Room spray, orange blossom", 1395),
        ("40153", "Bath salts, eucalyptus", 1095),
    ),
    "Cards & paper": (
        ("50213A", "Wrapping paper, botanical", 375),
        ("50214", "Grosgrain ribbon, 5 m", 325),
        ("50217", "Birthday card, letterpress", 295),
        ("50217B", "Thank you cards, pack of 8", 695),
        ("50221", "Paper napkins, pack of 20", 450),
        ("50225", "Gift bag, medium", 295),
        ("50229", "Notebook, cloth bound", 1195),
        ("50232", "Address labels, pack of 40", 395),
        ("50236", "Wall calendar, British birds", 1095),
        ("50240", "Playing cards, boxed", 795),
        ("50243", "Postcards of the town, set of 6", 450),
        ("50247", "Fridge magnet, enamel", 495),
        ("50251", "Key ring, leather", 895),
    ),
    "Garden": (
        ("60311", "Terracotta pot, 20 cm", 895),
        ("60312", "Terracotta saucer, 20 cm", 395),
        ("60315", "Wildflower seeds, mixed", 325),
        ("60318", "Garden twine in a tin", 795),
        ("60322", "Secateurs, bypass", 2495),
        ("60325", "Watering can, 5 litre", 2895),
        ("60329", "Gardening gloves, M", 1295),
        ("60332", "Hanging basket, 35 cm", 1595),
        ("60336", "Picnic blanket, wool", 4495),
        ("60340", "Bird feeder, copper", 2195),
        ("60343", "Enamel picnic plates, set of 4", 2650),
        ("60347", "Solar string lights, 10 m", 1995),
    ),
    "Christmas": (
        ("70105", "Christmas crackers, box of 6", 1895),
        ("70106", "Holly paper napkins, pack of 20", 475),
        ("70109", "Christmas cards, pack of 10", 650),
        ("70112", "Glass bauble, set of 6", 1695),
        ("70115", "Advent calendar, wooden", 3495),
        ("70118", "Felt stocking, red", 1295),
        ("70121", "Fairy lights, warm white", 1495),
        ("70124", "Mulled wine spices", 495),
        ("70127", "Wreath, eucalyptus & berry", 3250),
        ("70131", "Tree skirt, tartan", 2895),
        ("70134", "Mince pie tin, embossed", 1150),
    ),
}

PRODUCTS: Final = tuple(
    Product(product_id, product_name, category, pence)
    for category, shelf in SHELVES.items()
    for product_id, product_name, pence in shelf
)

DELIVERY: Final = Product("POST", "Delivery", "Service", 495)
GIFT_WRAPPING: Final = Product("WRAP", "Gift wrapping", "Service", 350)
CARRIER_BAG: Final = Product("CARRIER", "Carrier bag", "Service", 10)

FREE_SAMPLES: Final = (
    Product("00901", "Free sample: Earl Grey tea", "Sample", 0),
    Product("00902", "Free sample: lavender hand soap", "Sample", 0),
    Product("00903", "Free sample: sea salt crystals", "Sample", 0),
)
