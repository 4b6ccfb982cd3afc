// A second opinion on cards. Reads {expand: [{id, template, data}], check: [{id, shape: "teams" | "slack" | "modal", value}]} from standard input and
// writes {expand: {id: {value} | {error}}, check: {id: [complaint, ...]}}: what the official template engine makes of a template, and what the published
// shapes (generated from the types of @microsoft/teams.cards and @slack/types by npm run shapes) have against a card.
'use strict';
const fs = require('node:fs');
const path = require('node:path');

const given = JSON.parse(fs.readFileSync(0, 'utf8'));
const answer = { expand: {}, check: {} };
console.warn = () => {};

if (given.expand?.length > 0) {
  const { Template } = require('adaptivecards-templating');
  for (const { id, template, data } of given.expand) {
    try {
      answer.expand[id] = { value: new Template(template).expand({ $root: data }) };
    } catch (e) {
      answer.expand[id] = { error: String(e.message ?? e) };
    }
  }
}

if (given.check?.length > 0) {
  const Ajv = require('ajv').default;
  const shapes = Object.fromEntries(['teams', 'slack'].map(name => {
    const schema = JSON.parse(fs.readFileSync(path.join(__dirname, 'generated', `${name}.schema.json`), 'utf8'));
    const ajv = new Ajv({ strict: false, allErrors: true });
    ajv.addSchema(schema, name);
    return [name, { ajv, schema }];
  }));
  const definition = (name, key) => shapes[name].ajv.getSchema(`${name}#/definitions/${encodeURIComponent(key)}`);
  const namesOf = (name, type) => Object.entries(shapes[name].schema.definitions)
    .filter(([, d]) => d.properties?.type?.const === type).map(([key]) => key);

  // anyOf says nothing useful: each block is judged by the definition of its own type.
  const blocksOf = blocks => blocks.flatMap((block, i) => {
    const names = namesOf('slack', block.type);
    if (names.length === 0) {
      return [`blocks[${i}]: there is no block ${block.type}`];
    }
    const tries = names.map(n => { const check = definition('slack', n); return check(block) ? [] : check.errors; });
    return tries.some(t => t.length === 0) ? [] : tries[0].map(e => `blocks[${i}] (${block.type})${e.instancePath}: ${e.message} ${JSON.stringify(e.params)}`);
  });
  const check = {
    slack: value => {
      const whole = definition('slack', 'Message');
      return whole({ blocks: value }) ? [] : [...blocksOf(value), 'the message as a whole is not one of Slack\'s'];
    },
    modal: value => {
      const whole = definition('slack', 'ModalView');
      const plain = text => ({ type: 'plain_text', text });
      return whole({ type: 'modal', title: plain('T'), submit: plain('S'), close: plain('C'), blocks: value }) ? [] : [...blocksOf(value), 'the modal as a whole is not one of Slack\'s'];
    },
    teams: value => {
      const whole = shapes.teams.ajv.getSchema('teams#/definitions/IAdaptiveCard') ?? shapes.teams.ajv.compile({ $ref: 'teams#/definitions/Root/properties/card' });
      return whole(value) ? [] : whole.errors.filter(e => !['anyOf', 'const'].includes(e.keyword)).map(e => `${e.instancePath}: ${e.message} ${JSON.stringify(e.params)}`);
    },
  };
  for (const { id, shape, value } of given.check) {
    answer.check[id] = check[shape](value);
  }
}

process.stdout.write(JSON.stringify(answer));
