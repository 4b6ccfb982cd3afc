// HashiCorp's HCL parser: reads HCL from standard input, writes what it means as JSON; exit code 1 and the complaint when it is none.
'use strict';
const { parse } = require('@cdktf/hcl2json');

parse('judged.tf', require('node:fs').readFileSync(0, 'utf8')).then(
    read => process.stdout.write(JSON.stringify(read)),
    refusal => {
        process.stderr.write(String(refusal));
        process.exitCode = 1;
    });
