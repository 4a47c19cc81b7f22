"""`explore`: a computation as one offline page, to be stepped through forwards and backwards.

`data.py` says what the page knows, `page.py` puts the file together (`body.py` is the fixed part of its HTML),
`assets/` holds its style and its scripts:

    model.js      the graph and the steps          view.js       what is visible, as modules open and close
    layout*.js    where everything stands          cards.js      what stands on a node
    edge_text.js  what is said of an edge          picture.js    the picture, and how a step changes it
    panel.js      the numbers of a step            heatmaps.js   arrays and Jacobians as coloured squares
    table.js      the steps as a table             camera.js     panning and zooming
    tooltips.js   what hovering shows              keys.js       the keyboard
    search.js     finding nodes                    address.js    the state of the page in its address
    edge_labels.js  where that stands beside the edge, on nothing else
    text.js       numbers as short text            main.js       the state of the page, the focus, the controls
"""

from .explore import Explorer, explore

__all__ = ["Explorer", "explore"]
