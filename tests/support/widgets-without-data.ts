import type { Account } from '../../simulator/boot/account.ts';
import { cloudWatchOf } from '../../simulator/dashboard-page/cloud-watch.ts';
import { dashboardNameOf } from '../../simulator/dashboard-page/serve-account.ts';
import { readView } from '../../simulator/dashboard-page/view.ts';

/** The widgets of the account's dashboard in which there is nothing, or that cannot be read, each with why. */
export async function widgetsWithoutData(account: Account): Promise<string[]> {
  const { widgets } = await account.simulation.runUntil(readView(dashboardNameOf(account), {}, cloudWatchOf(account)));
  const graphs = widgets.filter(({ widget }) => widget.type === 'metric');
  if (graphs.length < 35) throw new Error(`the dashboard has only ${graphs.length} graphs`);
  return graphs.flatMap(({ widget, series, fault }) => {
    const title = widget.type === 'metric' ? widget.properties.title : '';
    if (fault !== undefined) return [`${title}: ${fault}`];
    return series.some(({ points }) => points.length > 0) ? [] : [`${title}: no data`];
  });
}
