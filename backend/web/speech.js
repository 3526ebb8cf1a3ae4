// The voice of a call screen: a chime, then the sentence twice, one call after the other. Where
// the browser has no voice the chime still plays and somebody is told so.
import { announcement, volumeAt } from "./announce.js";

const TIMES = 2;
/** A voice that never says that it has ended must not silence the hall. */
const LONGEST_MS = 20000;
const QUIET_MS = 8000;
const CHIME = [{ hz: 880, at: 0 }, { hz: 659.25, at: 0.35 }];
const CHIME_MS = 1100;

/** @param {number} ms */
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The voice for a language; null: there is none. @param {"zh" | "en"} language */
function voiceFor(language) {
  const voices = globalThis.speechSynthesis?.getVoices() ?? [];
  return voices.find((voice) => voice.lang.toLowerCase().startsWith(language)) ??
    (language === "zh" ? voices.find((voice) => /^(cmn|yue)/i.test(voice.lang)) : null) ?? null;
}

export class Announcer {
  /** @type {{call: any, languages: ("zh" | "en")[]}[]} */
  #waiting = [];
  #isSpeaking = false;
  /** @type {AudioContext | null} */
  #audio = null;
  #hour;
  #begin;
  #end;
  #state;

  /**
   * `begin(call)` and `end()` around each announcement, for the picture; `state(word)` when what
   * can be heard changes: "voice", "chime" (no voice for the language), "locked" (the browser wants
   * a touch first), "silent".
   * @param {{hour: () => number, begin: (call: any) => void, end: () => void, state: (word: string) => void}} page
   */
  constructor(page) {
    this.#hour = page.hour;
    this.#begin = page.begin;
    this.#end = page.end;
    this.#state = page.state;
    // Voices come some time after the page.
    globalThis.speechSynthesis?.addEventListener?.("voiceschanged", () => this.tell());
    document.addEventListener("pointerdown", () => this.unlock());
    document.addEventListener("keydown", () => this.unlock());
    this.tell();
  }

  /** Says what can be heard. */
  tell() {
    if (!this.#context()) this.#state("silent");
    else if (this.#audio?.state === "suspended") this.#state("locked");
    else this.#state(voiceFor("zh") ? "voice" : "chime");
  }

  unlock() {
    this.#context()?.resume().then(() => this.tell()).catch(() => null);
  }

  /** @param {any} call @param {("zh" | "en")[]} languages said one after the other */
  announce(call, languages) {
    this.#waiting.push({ call, languages });
    if (!this.#isSpeaking) this.#speakAll();
  }

  async #speakAll() {
    this.#isSpeaking = true;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      this.#begin(next.call);
      if (next.languages.length === 0) {
        await wait(QUIET_MS);  // A second screen in the same area: the picture alone.
      } else {
        await this.#chime();
        for (let time = 0; time < TIMES; ++time) {
          for (const language of next.languages) await this.#say(announcement(next.call, language), language);
        }
      }
      this.#end();
    }
    this.#isSpeaking = false;
    this.tell();
  }

  #context() {
    try {
      this.#audio ??= new AudioContext();
    } catch {
      return null;  // A computer without sound.
    }
    return this.#audio;
  }

  async #chime() {
    const audio = this.#context();
    if (!audio || audio.state !== "running") return wait(CHIME_MS);
    for (const { hz, at } of CHIME) {
      const tone = audio.createOscillator();
      const loudness = audio.createGain();
      const start = audio.currentTime + at;
      tone.frequency.value = hz;
      loudness.gain.setValueAtTime(0.4 * volumeAt(this.#hour()), start);
      loudness.gain.exponentialRampToValueAtTime(0.001, start + 0.7);
      tone.connect(loudness).connect(audio.destination);
      tone.start(start);
      tone.stop(start + 0.7);
    }
    return wait(CHIME_MS);
  }

  /** @param {string} text @param {"zh" | "en"} language */
  #say(text, language) {
    const voice = voiceFor(language);
    // Without a voice the picture stays as long as reading takes.
    if (!voice) return wait(2500);
    const sentence = new SpeechSynthesisUtterance(text);
    sentence.voice = voice;
    sentence.lang = voice.lang;
    sentence.rate = 0.9;
    sentence.volume = volumeAt(this.#hour());
    return Promise.race([
      new Promise((resolve) => {
        sentence.onend = resolve;
        sentence.onerror = resolve;
        speechSynthesis.speak(sentence);
      }),
      wait(LONGEST_MS).then(() => speechSynthesis.cancel()),
    ]);
  }
}
