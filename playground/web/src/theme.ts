// The script that the document waits for before it is painted: a page that were light first and dark then would flash.
import { setTheme, storedTheme } from "./ui/theme.js";

setTheme(storedTheme());
