"""The practice world: the other side of the wire, a case platform and a phone network to practise on.

It meets Sanhui over HTTP only and knows nothing of it. `world` puts the parts together:
the host (`cases`, `host`), the carrier (`texts`, `carrier`, `twilio_shape`, `calling`), the
people who answer (`people`), the passing of time (`clock`, `living`), and the pages to look at.
"""
