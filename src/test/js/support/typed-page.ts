// Compiled, never run: that the declarations say what a page in TypeScript needs.
import { connect, type BoardView, type Client, type UserMessage } from '../../../../webroot/client/pacesetter.js';

const client: Client = connect('https://pacesetter.example.com', { token: async () => 'a token', reconnect: { cap: 5_000 } });
const watching = client.watch('weekly', (view: BoardView) => {
  const first: string | undefined = view.entries[0]?.name;
  const missed: number | undefined = view.refused?.code;
  console.log(first, missed, view.stale);
}, { order: 'asc' });
client.watchUser('ada', (message: UserMessage) => {
  if (message.type === 'passed') {
    const by: string | undefined = message.by?.name;
    console.log(by, message.rank);
  } else if (message.type === 'standing') {
    console.log(message.rank ?? 'unranked', message.around[0]?.rank, message.toNext);
  } else {
    console.log(message.code);
  }
});
client.watchUser('ada', (message: UserMessage) => console.log(message.type), { passed: 'off' });
// @ts-expect-error: on or off
client.watchUser('ada', () => {}, { passed: false });
connect('', { token: 'a token' }).close();
connect('', { token: () => 'a token' }).close();
// @ts-expect-error: there is no such state
const wrong: boolean = client.state === 'opened';
watching.close();
client.close();
console.log(wrong);
