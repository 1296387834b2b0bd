import type { JsonSchema } from '../../kube/schema/types.ts';

export const MAX_SELECTOR_TERMS = 30;

const text: JsonSchema = { type: 'string' };

const selectorTags: JsonSchema = {
  type: 'object',
  maxProperties: 20,
  additionalProperties: { type: 'string' },
  'x-kubernetes-validations': [
    {
      rule: "!self.exists(key, key == '' || self[key] == '')",
      message: 'Tag keys and values may not be empty; the value * matches any',
    },
  ],
};

export const amiSelectorTerms: JsonSchema = {
  type: 'array',
  minItems: 1,
  maxItems: MAX_SELECTOR_TERMS,
  items: {
    type: 'object',
    properties: {
      alias: {
        type: 'string',
        maxLength: 30,
        'x-kubernetes-validations': [
          {
            rule: "self.matches('^[a-zA-Z0-9]+@.+$')",
            message: 'An alias is written family@version, such as al2023@v20261101',
          },
          {
            rule: "self.matches('^(al2|al2023|bottlerocket|windows2019|windows2022|windows2025)(@|$)')",
            message: 'The family of an alias is al2, al2023, bottlerocket, windows2019, windows2022 or windows2025',
          },
          {
            rule: "!self.matches('^windows20(19|22|25)(@|$)') || self.matches('^windows20(19|22|25)@latest(@|$)')",
            message: 'An alias of a Windows family has the version latest',
          },
        ],
      },
      id: { type: 'string', pattern: 'ami-[0-9a-z]+' },
      name: text,
      owner: text,
      ssmParameter: text,
      tags: selectorTags,
    },
  },
  'x-kubernetes-validations': [
    {
      rule: '!self.exists(t, !has(t.alias) && !has(t.id) && !has(t.name) && !has(t.ssmParameter) && !has(t.tags))',
      message: 'Each term of amiSelectorTerms needs one of alias, id, name, ssmParameter, tags',
    },
    {
      rule: 'self.all(t, !has(t.id) || (!has(t.alias) && !has(t.name) && !has(t.owner) && !has(t.tags)))',
      message: 'A term of amiSelectorTerms with id has no alias, name, owner or tags',
    },
    {
      rule: 'self.all(t, !has(t.alias) || (!has(t.id) && !has(t.name) && !has(t.owner) && !has(t.tags)))',
      message: 'A term of amiSelectorTerms with alias has no id, name, owner or tags',
    },
    {
      rule: 'size(self) == 1 || self.all(t, !has(t.alias))',
      message: 'A term of amiSelectorTerms with alias is the only term',
    },
  ],
};

// The released rules below refuse a list only when ALL of its terms break the exclusion. What each term alone must
// satisfy is checked by runtimeFaults, as Karpenter does at run time.

export const subnetSelectorTerms: JsonSchema = {
  type: 'array',
  maxItems: MAX_SELECTOR_TERMS,
  items: { type: 'object', properties: { id: { type: 'string', pattern: 'subnet-[0-9a-z]+' }, tags: selectorTags } },
  'x-kubernetes-validations': [
    { rule: 'size(self) > 0', message: 'subnetSelectorTerms needs at least one term' },
    {
      rule: '!self.exists(t, !has(t.id) && !has(t.tags))',
      message: 'Each term of subnetSelectorTerms needs id or tags',
    },
    {
      rule: 'self.exists(t, !has(t.id) || !has(t.tags))',
      message: 'A term of subnetSelectorTerms with id has no tags',
    },
  ],
};

export const securityGroupSelectorTerms: JsonSchema = {
  type: 'array',
  maxItems: MAX_SELECTOR_TERMS,
  items: {
    type: 'object',
    properties: { id: { type: 'string', pattern: 'sg-[0-9a-z]+' }, name: text, tags: selectorTags },
  },
  'x-kubernetes-validations': [
    { rule: 'size(self) > 0', message: 'securityGroupSelectorTerms needs at least one term' },
    {
      rule: '!self.exists(t, !has(t.id) && !has(t.name) && !has(t.tags))',
      message: 'Each term of securityGroupSelectorTerms needs id, name or tags',
    },
    {
      rule: 'self.exists(t, !has(t.id) || (!has(t.name) && !has(t.tags)))',
      message: 'A term of securityGroupSelectorTerms with id has no name or tags',
    },
    {
      rule: 'self.exists(t, !has(t.name) || (!has(t.id) && !has(t.tags)))',
      message: 'A term of securityGroupSelectorTerms with name has no id or tags',
    },
  ],
};

export const capacityReservationSelectorTerms: JsonSchema = {
  type: 'array',
  maxItems: MAX_SELECTOR_TERMS,
  items: {
    type: 'object',
    properties: {
      id: { type: 'string', pattern: '^cr-[0-9a-z]+$' },
      instanceMatchCriteria: { type: 'string', enum: ['open', 'targeted'] },
      ownerID: { type: 'string', pattern: '^[0-9]{12}$' },
      tags: selectorTags,
    },
  },
  'x-kubernetes-validations': [
    {
      rule: '!self.exists(t, !has(t.id) && !has(t.instanceMatchCriteria) && !has(t.tags))',
      message: 'Each term of capacityReservationSelectorTerms needs id, instanceMatchCriteria or tags',
    },
    {
      // An empty list breaks this rule, as it breaks the released one.
      rule: 'self.exists(t, !has(t.id) || (!has(t.instanceMatchCriteria) && !has(t.ownerID) && !has(t.tags)))',
      message: 'A term of capacityReservationSelectorTerms with id has no other field',
    },
  ],
};
