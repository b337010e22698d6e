// The script of the page's worker.
import "./engine/worker.js";
