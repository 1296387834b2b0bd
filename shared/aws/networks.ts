import {
  CreateTagsCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';

/** Tags by resource id. */
export type TagsById = ReadonlyMap<string, Readonly<Record<string, string>>>;

export type NetworkTags = {
  ofSubnets(ids: readonly string[]): Promise<TagsById>;
  ofSecurityGroups(ids: readonly string[]): Promise<TagsById>;
  write(ids: readonly string[], tags: Readonly<Record<string, string>>): Promise<void>;
};

export function networkTags(client: EC2Client): NetworkTags {
  return {
    ofSubnets: async (ids) => {
      const { Subnets } = await client.send(new DescribeSubnetsCommand({ SubnetIds: [...ids] }));
      return new Map((Subnets ?? []).map((subnet) => [subnet.SubnetId ?? '', tagMap(subnet.Tags)]));
    },
    ofSecurityGroups: async (ids) => {
      const { SecurityGroups } = await client.send(new DescribeSecurityGroupsCommand({ GroupIds: [...ids] }));
      return new Map((SecurityGroups ?? []).map((group) => [group.GroupId ?? '', tagMap(group.Tags)]));
    },
    write: async (ids, tags) => {
      await client.send(
        new CreateTagsCommand({
          Resources: [...ids],
          Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        }),
      );
    },
  };
}

function tagMap(
  tags: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined,
): Record<string, string> {
  return Object.fromEntries((tags ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? '']));
}
