import { byId } from "./dom.js";
import { keepLanguage, preferredLanguage, speak } from "./language.js";
import { offerModels } from "./models.js";
import { startOne } from "./one_tweet.js";
import { showProblem } from "./problem.js";
import { startSeveral } from "./several_tweets.js";
import { startTabs } from "./tabs.js";

async function start() {
  try {
    await offerModels();
  } catch (error) {
    showProblem(byId("models-problem"), error, start);
  }
}

startTabs();
startOne();
startSeveral();
speak(preferredLanguage());
for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => keepLanguage(button.dataset.language));
}
start();
