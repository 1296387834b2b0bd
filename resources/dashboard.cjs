'use strict';

const root = require('node:path').dirname(__dirname);

/** The body as Fn::Sub takes it. D stands for a dollar sign in texts that only CloudWatch is to read. */
module.exports.body = async () => {
  const { readStackParts } = await import('../scripts/dashboard/read-stack-parts.ts');
  const { dashboardBody } = await import('../shared/dashboard/dashboard.ts');
  return { 'Fn::Sub': [JSON.stringify(dashboardBody(readStackParts(root))), { D: '$' }] };
};
