"""`explore`: a computation as one offline page, to be stepped through forwards and backwards.

`data.py` says what the page knows, `page.py` puts the file together (`body.py` is the fixed part of its HTML),
`assets/` holds its style and its scripts:

    model.js    the graph and the steps          view.js     what is visible, as modules open and close
    layout*.js  where everything stands          cards.js    what stands on a node
    edges.js    what an edge shows               draw.js     the picture, and how a step changes it
    panel.js    the numbers of a step            arrays.js   heat maps, Jacobians
    table.js    the steps as a table             camera.js   moving and magnifying
    tips.js     what a pointer is told           keys.js     the keyboard
    search.js, hash.js                           main.js     the state of the page, the focus, controls
"""

from .explore import Explorer, explore

__all__ = ["Explorer", "explore"]
