// What pages do beyond links and forms. Everything works without it; this makes it live and quick.
import { checkWhileWriting } from "./check.js";
import { guardForms } from "./compose.js";
import { countDown } from "./countdown.js";
import { listenForKeys } from "./keys.js";
import { refresh, watch } from "./live.js";

// A word about what was just done is said once, not again at each reload.
const address = new URL(location.href);
if (address.searchParams.has("done")) {
  address.searchParams.delete("done");
  history.replaceState(null, "", address);
}

guardForms();
checkWhileWriting();
countDown(refresh);
listenForKeys();
watch();
