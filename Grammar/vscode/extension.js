// Starts `gainsay lsp` and leaves the rest to vscode-languageclient, which makes the server's commands, gainsay.check for one, those of the editor.
'use strict';

const vscode = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');

let client;

function makeClient() {
  const [command, ...args] = vscode.workspace.getConfiguration('gainsay').get('command');
  return new LanguageClient(
    'gainsay', 'Gainsay', { command, args }, { documentSelector: [{ language: 'say' }] },
  );
}

async function start() {
  client = makeClient();
  try {
    await client.start();
  } catch (error) {
    vscode.window.showErrorMessage(`Gainsay's language server did not start: ${error.message}. The setting gainsay.command says what is run.`);
  }
}

async function stop() {
  const old = client;
  client = undefined;
  if (old && old.needsStop()) await old.stop();
}

async function restart() {
  await stop();
  await start();
}

async function activate(context) {
  context.subscriptions.push(
    vscode.commands.registerCommand('gainsay.restart', restart),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('gainsay.command')) restart();
    }),
  );
  await start();
}

module.exports = { activate, deactivate: stop };
