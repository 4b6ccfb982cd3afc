// How cards look here. Colours are names of the style sheet, so that a change between light and dark needs no drawing anew.

const colour = name => ({ default: `var(--${name})`, subtle: `var(--${name}-soft)` });

const foregroundColors = {
  default: colour('ink'), dark: colour('ink'), light: colour('ink'),
  accent: colour('accent'), good: colour('good'), warning: colour('warn'), attention: colour('bad'),
};

const style = (background, border) => ({
  backgroundColor: `var(--${background})`, borderColor: `var(--${border})`,
  foregroundColors,
  highlightBackgroundColor: 'var(--mark)', highlightForegroundColor: 'var(--ink)',
});

const font = fontFamily => ({
  fontFamily,
  fontSizes: { small: 13, default: 15, medium: 17, large: 20, extraLarge: 24 },
  fontWeights: { lighter: 300, default: 400, bolder: 650 },
});

export const hostConfig = {
  supportsInteractivity: true,
  fontTypes: { default: font('var(--sans)'), monospace: font('var(--mono)') },
  spacing: { small: 6, default: 10, medium: 16, large: 24, extraLarge: 32, padding: 14 },
  separator: { lineThickness: 1, lineColor: 'var(--line)' },
  imageSizes: { small: 40, medium: 80, large: 160 },
  containerStyles: {
    default: style('card', 'line'), emphasis: style('sunk', 'line'),
    accent: style('accent-back', 'accent'), good: style('good-back', 'good'),
    warning: style('warn-back', 'warn'), attention: style('bad-back', 'bad'),
  },
  actions: {
    maxActions: 8, spacing: 'medium', buttonSpacing: 8, actionsOrientation: 'horizontal', actionAlignment: 'left',
    preExpandSingleShowCardAction: false,
    showCard: { actionMode: 'inline', inlineTopMargin: 12, style: 'emphasis' },
  },
  adaptiveCard: { allowCustomStyle: true },
  textBlock: { headingLevel: 3 },
  textStyles: {
    heading: { size: 'medium', weight: 'bolder', color: 'default', isSubtle: false, fontType: 'default' },
    columnHeader: { weight: 'bolder', size: 'default', color: 'default', isSubtle: false, fontType: 'default' },
  },
  factSet: {
    title: { color: 'default', size: 'default', isSubtle: true, weight: 'default', wrap: true, maxWidth: 190 },
    value: { color: 'default', size: 'default', isSubtle: false, weight: 'default', wrap: true },
    spacing: 14,
  },
  inputs: {
    label: {
      inputSpacing: 'small',
      requiredInputs: { weight: 'bolder', color: 'default', size: 'default', suffix: ' *', suffixColor: 'attention' },
      optionalInputs: { weight: 'bolder', color: 'default', size: 'default' },
    },
    errorMessage: { color: 'attention', size: 'small', weight: 'default', spacing: 'small' },
  },
  table: { cellSpacing: 8 },
};
