// The list of one's crossings: when each that waits will likely be called.

import { foretell } from "./forecast.js";

foretell();
