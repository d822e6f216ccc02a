import { byId } from "./dom.js";
import { keepLanguage, preferredLanguage, speak } from "./language.js";
import { offerModels } from "./models.js";
import { startNavigation } from "./navigation.js";
import { resume, returnTo, startOne } from "./one_tweet.js";
import { showProblem } from "./problem.js";
import { startSeveral } from "./several_tweets.js";
import { openTab, startTabs } from "./tabs.js";

async function start() {
  try {
    await offerModels();
    await resume();
  } catch (error) {
    showProblem(byId("models-problem"), error, start);
  }
}

const here = startNavigation((place) => {
  openTab(place.tab);
  returnTo(place);
});
startTabs();
startOne();
startSeveral();
openTab(here.tab);
speak(preferredLanguage());
for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => keepLanguage(button.dataset.language));
}
start();
