// Every screen: the address `#/<name>`, the module that shows it, and the tab that it is behind.
// `open` is for everybody, `guests` for those who have not signed in; `wide` takes all of a desk;
// `diary` is shown only once the diary has come to this device.

export const SCREENS = {
  today: { load: () => import("./screens/today.js"), tab: "today", diary: true },
  day: { load: () => import("./screens/today.js"), tab: "today", diary: true },
  settings: { load: () => import("./screens/settings.js"), tab: "more" },
  account: { load: () => import("./screens/account.js"), tab: "more" },
  yours: { load: () => import("./screens/yours.js"), tab: "more", diary: true },
  export: { load: () => import("./screens/export.js"), tab: "more" },
  unsaved: { load: () => import("./screens/unsaved.js") },
  trends: { load: () => import("./screens/trends.js"), tab: "trends", wide: true },
  patterns: { load: () => import("./screens/patterns.js"), tab: "patterns", wide: true },
  insights: { load: () => import("./screens/insights.js"), tab: "more" },
  questionnaires: { load: () => import("./screens/questionnaires.js"), tab: "more" },
  questionnaire: { load: () => import("./screens/questionnaire.js"), tab: "more" },
  reminders: { load: () => import("./screens/reminders.js"), tab: "more" },
  reminder: { load: () => import("./screens/reminder.js"), tab: "more" },
  notifications: { load: () => import("./screens/notifications.js"), tab: "more" },
  devices: { load: () => import("./screens/devices.js"), tab: "more" },
  more: { load: () => import("./screens/more.js"), tab: "more" },
  help: { load: () => import("./screens/help.js"), open: true },
  welcome: { load: () => import("./screens/welcome.js"), open: true, guests: true },
};

export const TABS = [
  { name: "today", label: "Today", icon: "M4 6h16M4 12h16M4 18h9" },
  { name: "trends", label: "Trends", icon: "M3 17l5-6 4 3 8-9" },
  { name: "patterns", label: "Patterns", icon: "M5 7h.01M12 7h.01M19 7h.01M5 12h.01M12 12h.01M19 12h.01M5 17h.01M12 17h.01" },
  { name: "more", label: "More", icon: "M6 12h.01M12 12h.01M18 12h.01" },
];
