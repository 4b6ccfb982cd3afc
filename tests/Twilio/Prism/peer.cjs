// Stoplight Prism twice in one process, as mock and as validating proxy: node peer.cjs UPSTREAM
// Prints one line of JSON with both ports, and ends when its standard input is closed.
const fs = require('node:fs');
const path = require('node:path');
const { createLogger } = require('@stoplight/prism-core');
const { createServer } = require('@stoplight/prism-http-server');
const { getHttpOperationsFromSpec } = require('@stoplight/prism-cli/dist/operations');
const Ajv = require('ajv');
const addFormats = require('ajv-formats');

const folder = path.join(path.dirname(require.resolve('@twilio/cli-core/package.json')), 'src', 'services', 'twilio-api');

// The operations that this project speaks; the rest of 2010-04-01 alone would take seconds to read.
const wanted = {
    trunking_v1: /./,
    api_v2010: /\/Accounts\/\{Sid\}\.json$|\/SIP\/(IpAccessControlLists|CredentialLists)|\/Calls(\.json|\/\{(Sid|CallSid)\}(\.json|\/(Events|Notifications|Recordings)\.json))|\/IncomingPhoneNumbers(\/\{Sid\})?\.json|\/Balance\.json/,
    insights_v1: /^\/v1\/Voice/,
    monitor_v1: /./,
    voice_v1: /DialingPermissions|^\/v1\/Settings/,
    routes_v2: /Trunks|PhoneNumbers/,
};

const spec = { openapi: '3.0.1', info: { title: 'Twilio, as far as it is used', version: '1' }, paths: {}, components: { schemas: {}, securitySchemes: {} } };
for (const [name, which] of Object.entries(wanted)) {
    const document = JSON.parse(fs.readFileSync(path.join(folder, `twilio_${name}.json`), 'utf8'));
    for (const [at, item] of Object.entries(document.paths)) {
        if (which.test(at)) {
            const { servers, ...rest } = item;
            spec.paths[at] = rest;
        }
    }
    Object.assign(spec.components.schemas, document.components.schemas);
    Object.assign(spec.components.securitySchemes, document.components.securitySchemes);
}

// What the descriptions get wrong, or leave out, for a validator.
(function correct(node, key) {
    if (Array.isArray(node)) {
        node.forEach(item => correct(item));
        return;
    }
    if (node === null || typeof node !== 'object') {
        return;
    }
    if (node.nullable !== undefined && !node.type) {
        delete node.nullable; // A validator refuses the schema, and the response is not looked at.
    }
    if (node.format === 'uri' && /(^|_)uri$/.test(key ?? '')) {
        delete node.format; // They are relative.
    }
    if (node.format === 'uri' && /^(voice|sms|voice_fallback|sms_fallback)_url$|^status_callback$/.test(key ?? '')) {
        delete node.format; // Of a number: empty where nothing is set, in Twilio's own examples too.
    }
    if (key === 'actor_sid' && node.pattern) {
        node.pattern = '^(US|AC)[0-9a-fA-F]{32}$'; // Of an event: an account's SID too, as its own description says.
    }
    for (const [name, value] of Object.entries(node)) {
        if (name !== 'examples' && name !== 'example') {
            correct(value, name);
        }
    }
})(spec);

for (const [at, item] of Object.entries(spec.paths)) {
    for (const operation of Object.values(item)) {
        for (const parameter of operation?.parameters ?? []) {
            if (at.endsWith('/Calls.json') && /^(Start|End)Time[<>]?$/.test(parameter.name)) {
                delete parameter.schema.format; // Typed as a date-time, documented as a day.
            }
        }
        for (const { value } of Object.values(operation?.responses ?? {}).flatMap(r => Object.values(r.content ?? {})).flatMap(c => Object.values(c.examples ?? {}))) {
            if (value?.next_page_uri) {
                value.next_page_uri = null; // The mock has one page, which would lead to itself for ever.
            }
        }
        const form = operation?.requestBody?.content?.['application/x-www-form-urlencoded'];
        for (const [field, schema] of Object.entries(form?.schema?.properties ?? {})) {
            if (schema.type === 'array') {
                (form.encoding ??= {})[field] = { style: 'form', explode: true };
            }
            if (at.includes('/OriginationUrls')) {
                if (field === 'Weight') { Object.assign(schema, { minimum: 1, maximum: 65535 }); }
                if (field === 'Priority') { Object.assign(schema, { minimum: 0, maximum: 65535 }); }
                if (field === 'SipUrl') { delete schema.format; schema.pattern = '^sips?:'; }
            }
        }
    }
}

(async () => {
    const operations = await getHttpOperationsFromSpec(spec);

    // Prism says nothing when it can't compile a schema, and validates nothing then: so all are compiled here, as Prism has them.
    const ajv = new Ajv({ strict: false, allErrors: true, logger: false, allowUnionTypes: true, allowMatchingProperties: true });
    addFormats(ajv);
    const failures = [];
    let schemas = 0;
    for (const operation of operations) {
        for (const schema of operation.responses.flatMap(response => response.contents ?? []).map(content => content.schema).filter(Boolean)) {
            schemas++;
            try {
                ajv.compile(schema);
            } catch (problem) {
                failures.push(`${operation.method} ${operation.path}: ${problem.message}`);
            }
        }
    }

    const components = { logger: createLogger('prism', { level: 'silent' }) };
    const shared = { validateRequest: true, validateResponse: true, checkSecurity: true, upstreamProxy: undefined, mock: { dynamic: false, ignoreExamples: false } };
    const port = address => Number(new URL(address).port);
    const mock = createServer(operations, { cors: false, components, config: { ...shared, errors: false, isProxy: false } });
    const proxy = createServer(operations, { cors: false, components, config: { ...shared, errors: true, isProxy: true, upstream: new URL(process.argv[2]) } });
    process.stdout.write(`${JSON.stringify({
        mock: port(await mock.listen(0, '127.0.0.1')), proxy: port(await proxy.listen(0, '127.0.0.1')), schemas, failures, operations: operations.length,
    })}\n`);
    process.stdin.resume();
    process.stdin.on('end', () => process.exit(0));
})();
