import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import {
  aclScheme,
  commandCategory,
  commandId,
  commandNames,
  commandsThatNeedTrust,
  commandTitles,
  contextKeys,
  definitionLanguages,
  settingKeys,
  settingSection,
  viewContainerId,
  viewIds,
} from '../../../src/contributions';
import { targetSchema } from '../../../src/core/session/target';
import { readManifest } from '../../setup/manifest.mjs';

const root = join(__dirname, '..', '..', '..');

const settingSchema = z.looseObject({
  order: z.number(),
  markdownDescription: z.string(),
  default: z.unknown(),
});
const manifest = z
  .looseObject({
    icon: z.string(),
    activationEvents: z.array(z.string()),
    capabilities: z.object({
      untrustedWorkspaces: z.looseObject({
        supported: z.string(),
        restrictedConfigurations: z.array(z.string()),
      }),
      virtualWorkspaces: z.unknown(),
    }),
    contributes: z.looseObject({
      commands: z.array(
        z.looseObject({
          command: z.string(),
          title: z.string(),
          category: z.string(),
          icon: z.string().optional(),
        }),
      ),
      menus: z.record(
        z.string(),
        z.array(
          z.looseObject({
            command: z.string(),
            when: z.string().optional(),
            group: z.string().optional(),
          }),
        ),
      ),
      views: z.record(z.string(), z.array(z.looseObject({ id: z.string(), icon: z.string() }))),
      viewsContainers: z.record(z.string(), z.array(z.looseObject({ id: z.string(), icon: z.string() }))),
      viewsWelcome: z.array(z.object({ view: z.string(), contents: z.string(), when: z.string() })),
      configuration: z.array(
        z.object({
          id: z.string(),
          title: z.string(),
          order: z.number(),
          properties: z.record(z.string(), settingSchema),
        }),
      ),
      walkthroughs: z.array(
        z.looseObject({
          icon: z.string(),
          steps: z.array(
            z.looseObject({
              description: z.string(),
              media: z.object({ svg: z.string(), altText: z.string() }),
              completionEvents: z.array(z.string()),
            }),
          ),
        }),
      ),
    }),
  })
  .parse(readManifest());
const { contributes } = manifest;
const settings = Object.assign(
  {},
  ...contributes.configuration.map(({ properties }) => properties),
) as Record<string, z.infer<typeof settingSchema>>;
const steps = contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);

/** What a `when` clause asks, without the texts and patterns it compares with. */
function keysOf(when: string): readonly string[] {
  return when
    .replace(/(==|!=|=~)\s*(\/(?:[^/\\]|\\.)*\/|[\w.]+)/g, '')
    .split(/[^\w.]+/)
    .filter((word) => word !== '' && !/^(\d+|true|false)$/.test(word));
}

describe('package.json and contributions.ts', () => {
  it('declare the same commands, with category and title', () => {
    assert.deepEqual(
      contributes.commands.map(({ command, title, category }) => ({ command, title, category })),
      commandNames.map((name) => ({
        command: commandId(name),
        title: commandTitles[name],
        category: commandCategory,
      })),
    );
  });

  it('have titles in Title Case', () => {
    for (const title of Object.values(commandTitles)) {
      for (const word of title.split(' ')) assert.match(word, /^([A-Z]|as$|and$|in$|with$|from$|to$)/, title);
    }
  });

  it('declare the same views, container and settings', () => {
    assert.deepEqual(
      Object.values(contributes.viewsContainers).flatMap((containers) => containers.map(({ id }) => id)),
      [viewContainerId],
    );
    assert.deepEqual(
      contributes.views[viewContainerId]?.map(({ id }) => id),
      Object.values(viewIds),
    );
    assert.deepEqual(
      Object.keys(settings),
      settingKeys.map((key) => `${settingSection}.${key}`),
    );
  });

  it('ask in when clauses only for keys that somebody sets', () => {
    const known = new Set<string>([
      ...contextKeys,
      'view',
      'viewItem',
      'isWorkspaceTrusted',
      'workspaceFolderCount',
    ]);
    const clauses = [...Object.values(contributes.menus).flat(), ...contributes.viewsWelcome].flatMap(
      ({ when }) => (when === undefined ? [] : [when]),
    );
    for (const key of clauses.flatMap(keysOf)) assert.ok(known.has(key), `nobody sets ${key}`);
  });

  it('point menus and welcome views at declared commands', () => {
    const ids = new Set<string>([
      ...commandNames.map(commandId),
      'workbench.trust.manage',
      'workbench.actions.view.problems',
    ]);
    for (const item of Object.values(contributes.menus).flat())
      assert.ok(ids.has(item.command), item.command);
    const texts = [
      ...contributes.viewsWelcome.map(({ contents }) => contents),
      ...steps.map(({ description }) => description),
    ];
    for (const text of texts) {
      for (const [, id] of text.matchAll(/\(command:([\w.]+)\)/g)) assert.ok(ids.has(id!), id);
    }
  });

  it('have a welcome text for each empty state of the Hops view', () => {
    const states = contributes.viewsWelcome
      .filter(({ view }) => view === viewIds.hops)
      .map(({ when }) => when);
    assert.deepEqual(states, [
      '!isWorkspaceTrusted',
      'isWorkspaceTrusted && ovnTrace.noTarget',
      'isWorkspaceTrusted && !ovnTrace.noTarget && !ovnTrace.hasTrace',
    ]);
  });

  it('have a welcome text for each empty state of the Topology view', () => {
    const states = contributes.viewsWelcome
      .filter(({ view }) => view === viewIds.topology)
      .map(({ when }) => when);
    assert.deepEqual(states, ['!isWorkspaceTrusted', 'isWorkspaceTrusted && ovnTrace.noTarget']);
  });

  it('order and describe each setting', () => {
    const all = Object.values(settings);
    assert.deepEqual(
      all.map(({ order }) => order),
      all.map((_setting, index) => index + 1),
    );
    for (const { markdownDescription } of all) assert.match(markdownDescription, /\.$/);
  });

  it('link settings and commands in what describes a setting, and to those that exist', () => {
    const texts = JSON.stringify(manifest.contributes.configuration);
    for (const [, key] of texts.matchAll(/`#?(ovnTrace\.[\w.]+)#?`/g)) {
      assert.ok(key !== undefined && key in settings, key);
      assert.ok(!texts.includes(`\`${key}\``), `${key} is named and not linked`);
    }
    const linked = [...texts.matchAll(/\]\(command:([\w.]+)\)/g)].map(([, id]) => id);
    assert.ok(linked.length > 0);
    const declared = new Set(contributes.commands.map(({ command }) => command));
    for (const id of linked) assert.ok(id !== undefined && declared.has(id), id);
    assert.doesNotMatch(texts, /\*OVN: /);
  });

  it('show a few buttons where the eye falls: icons with a meaning, the rest in menus', () => {
    const icons = new Map(contributes.commands.map(({ command, icon }) => [command, icon]));
    const shown = (
      menu: string,
    ): readonly { readonly command: string; readonly when?: string | undefined }[] =>
      (contributes.menus[menu] ?? []).filter(({ group }) => /^(navigation|inline)/.test(group ?? ''));
    for (const menu of ['view/title', 'view/item/context', 'editor/title'])
      for (const { command } of shown(menu)) assert.ok(icons.get(command), `${command} has no icon`);
    assert.equal(shown('editor/title').length, 1);
    for (const view of Object.values(viewIds)) {
      const commands = new Set(
        shown('view/title')
          .filter(({ when }) => when?.includes(`view == ${view} `) === true)
          .map(({ command }) => command),
      );
      assert.ok(commands.size <= 3, `${view} has ${commands.size} buttons`);
    }
    // A link that is a line of its own is drawn as a button.
    const texts = [
      ...contributes.viewsWelcome.map(({ contents }) => contents),
      ...steps.map(({ description }) => description),
    ];
    for (const text of texts) {
      const buttons = text.split('\n').filter((line) => /^\[[^\]]*\]\([^)]*\)$/.test(line));
      assert.ok(buttons.length <= 2, text);
    }
  });

  it('restrict every setting that says what is run or read to trusted workspaces', () => {
    const shownOnly = ['ovnTrace.definitions.codeLens', 'ovnTrace.definitions.drift'];
    const { untrustedWorkspaces } = manifest.capabilities;
    assert.equal(untrustedWorkspaces.supported, 'limited');
    assert.deepEqual(
      [...untrustedWorkspaces.restrictedConfigurations].sort(),
      Object.keys(settings)
        .filter((key) => !shownOnly.includes(key))
        .sort(),
    );
  });

  it('hide in Restricted Mode the commands that refuse there, and no others', () => {
    const palette = contributes.menus['commandPalette'] ?? [];
    // Those that only a line of a view can be asked of are never in the palette.
    const never = new Set(palette.filter(({ when }) => when === 'false').map(({ command }) => command));
    const hidden = palette
      .filter(({ when }) => when?.includes('isWorkspaceTrusted'))
      .map(({ command }) => command);
    assert.deepEqual(
      hidden.sort(),
      [...commandsThatNeedTrust]
        .map(commandId)
        .filter((id) => !never.has(id))
        .sort(),
    );
  });

  it('are started by commands, views, their own documents and those that hold definitions', () => {
    assert.deepEqual(
      manifest.activationEvents.filter((event) => !/^on(FileSystem|WebviewPanel):/.test(event)),
      definitionLanguages.map((language) => `onLanguage:${language}`),
    );
    assert.ok(manifest.activationEvents.includes(`onFileSystem:${aclScheme}`));
  });

  it('end the steps of the walkthrough by what somebody sets or runs', () => {
    const known = new Set<string>([
      ...contextKeys.map((key) => `onContext:${key}`),
      ...commandNames.map((name) => `onCommand:${commandId(name)}`),
    ]);
    for (const event of steps.flatMap(({ completionEvents }) => completionEvents))
      assert.ok(known.has(event), event);
  });

  it('name icons and pictures that exist', () => {
    const icons = [
      manifest.icon,
      ...contributes.walkthroughs.map(({ icon }) => icon),
      ...steps.map(({ media }) => media.svg),
      ...Object.values(contributes.viewsContainers).flatMap((all) => all.map(({ icon }) => icon)),
      ...Object.values(contributes.views).flatMap((all) => all.map(({ icon }) => icon)),
    ];
    for (const icon of icons) assert.ok(/^\$\([a-z-]+\)$/.test(icon) || existsSync(join(root, icon)), icon);
  });

  it('describe in the schema of targets the fields that are read', () => {
    const schema = z
      .object({
        items: z.looseObject({
          properties: z.record(z.string(), z.unknown()),
          defaultSnippets: z.array(z.object({ body: z.record(z.string(), z.unknown()) }).loose()),
        }),
      })
      .loose()
      .parse(settings['ovnTrace.targets']);
    const fields = new Set(targetSchema.options.flatMap((option) => Object.keys(option.shape)));
    assert.deepEqual(Object.keys(schema.items.properties).sort(), [...fields].sort());
    for (const { body } of schema.items.defaultSnippets)
      assert.equal(targetSchema.safeParse(body).success, true);
  });
});
