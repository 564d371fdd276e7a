import type { Language } from '../phrases.ts'

/** A draft: neither translator nor reviewer has signed it. */
export const portuguese: Language = {
  tag: 'pt',
  title: 'Português',
  version: '2026-11-21',
  phrases: {
    dear: 'Olá, {name},',
    reference: 'A sua referência: {reference}',
    draft: 'RASCUNHO. Esta carta ainda não foi revista. Não a envie. DRAFT. Do not send.',
    page: 'Página {page} de {pages}',

    'subject.received': 'Recebemos o seu pedido para não partilhar',
    'subject.more-needed': 'Precisamos de mais alguma coisa sua',
    'subject.upheld': 'Deixámos de partilhar, como pediu',
    'subject.not-upheld': 'Não podemos deixar de partilhar, e porquê',
    'subject.withdrawn': 'Vamos voltar a partilhar, como pediu',
    'subject.expired': 'O seu pedido para não partilhar tem um fim',
    'subject.re-decided': 'Voltámos a ver o seu pedido',
    'subject.narrowed': 'Algumas pessoas da equipa podem ver os seus dados por pouco tempo',

    asked: 'Em {date} pediu-nos para deixar de partilhar no London Care Record. Pediu-nos para não partilhar isto: {scope}.',
    'asked.child':
      'Em {date} pediu-nos para deixar de partilhar no London Care Record. Pediu isto para uma criança por quem fala. Pediu-nos para não partilhar isto: {scope}.',
    'asked.adult':
      'Em {date} pediu-nos para deixar de partilhar no London Care Record. Pediu isto para uma pessoa por quem fala. Pediu-nos para não partilhar isto: {scope}.',
    'scope.everything': 'todos os dados de saúde e de cuidados',
    'scope.organisation': 'os dados que {name} tem',
    'scope.class': 'um tipo de dados («{title}»)',
    'scope.staff': 'quaisquer dados, com uma pessoa da equipa',
    'scope.workplace': 'quaisquer dados, com o pessoal de {name}',

    now: 'O que acontece agora',
    'received.held': 'Deixámos de partilhar isto enquanto decidimos. Fica assim até lhe escrevermos outra vez.',
    'received.not-held': 'Ainda nada mudou. Primeiro temos de confirmar quem é, ou que pode pedir isto.',
    'received.by': 'Vamos escrever-lhe até {date} para lhe dizer o que decidimos.',

    'needed.nothing-yet': 'Ainda nada mudou. Primeiro precisamos da sua ajuda.',
    'needed.held': 'Deixámos de partilhar isto enquanto decidimos. Para decidir, precisamos da sua ajuda.',
    'needed.please': 'Por favor envie-nos ou mostre-nos isto:',
    'need.proof-of-identity': 'Algo que mostre quem é, como um passaporte ou um passe de autocarro com fotografia.',
    'need.proof-of-address': 'Algo que mostre onde mora, como uma fatura.',
    'need.proof-of-authority': 'Um documento que mostre que pode falar por esta pessoa.',
    'need.court-order': 'Uma cópia da ordem do tribunal.',
    'need.what-to-stop': 'Uma nota que diga o que quer que deixemos de partilhar.',
    'need.a-call': 'Uma chamada sua, para podermos conversar.',
    'needed.by': 'Por favor faça isto até {date}. Se precisar de mais tempo ou de ajuda, ligue-nos.',

    'upheld.decided': 'Vimos o que pediu. Dissemos que sim em {date}.',
    'upheld.everywhere': 'Deixámos de partilhar isto em toda a cidade de Londres. Não precisa de dizer a mais ninguém.',

    'refused.decided':
      'Vimos com cuidado o que pediu. Duas pessoas decidiram em {date}. Lamentamos, mas não podemos deixar de partilhar isto.',
    'refused.why': 'Porque dissemos que não',
    'ground.safeguarding-child': 'Uma criança pode sofrer dano se o pessoal não vir isto.',
    'ground.safeguarding-adult': 'Um adulto que precisa de ajuda para estar seguro pode sofrer dano se o pessoal não vir isto.',
    'ground.risk-to-self': 'A pessoa de quem são os dados pode sofrer um dano grave se o pessoal não vir isto.',
    'ground.risk-to-others': 'Outra pessoa pode sofrer um dano grave se o pessoal não vir isto.',
    'ground.service-cannot-be-provided': 'O pessoal não pode dar estes cuidados em segurança se não vir isto.',
    'ground.required-by-law': 'A lei diz que temos de partilhar isto.',
    'refused.words': 'Isto é o que lhe querem dizer:',
    'refused.from': 'O pessoal que cuida de si pode ver isto a partir de {date}. Cada vez que alguém vê, fica escrito.',
    choices: 'O que pode fazer',
    'choices.decline':
      'Pode escolher não ir a esta consulta ou não ter estes cuidados. Assim o pessoal de lá não precisa de ver os seus dados.',
    'choices.part':
      'Pode pedir-nos para deixar de partilhar uma parte. Pode ser o que um lugar tem, um tipo de dados, ou uma pessoa da equipa.',
    'choices.again': 'Pode pedir-nos para ver outra vez se algo mudar.',

    'withdrawn.told': 'Disse-nos que mudou de ideias.',
    'withdrawn.from': 'A partir de {date}, o pessoal que cuida de si pode ver os seus dados outra vez.',
    'withdrawn.not-you': 'Se não nos disse isto, ligue-nos já. Vamos deixar de partilhar outra vez.',

    'expired.turned-16': 'Já tem 16 anos. Um adulto pediu-nos isto por si. A partir de {date}, a escolha é sua.',
    'expired.date-reached': 'O tempo que pediu acaba em {date}. Depois, o pessoal que cuida de si pode ver os seus dados outra vez.',
    'expired.answer': 'Ainda quer que não partilhemos? Diga-nos até {date} e fica como está.',

    'again.looked': 'Voltámos a ver o que pediu. Decidimos de novo em {date}.',
    'again.before.upheld': 'Da primeira vez dissemos que sim.',
    'again.before.not-upheld': 'Da primeira vez dissemos que não.',
    'again.outcome.upheld': 'Agora dizemos que sim. Não partilhamos isto.',
    'again.outcome.not-upheld': 'Agora dizemos que não. Lamentamos, mas não podemos deixar de partilhar isto.',

    'narrowed.stands': 'O que pediu continua. Não partilhamos isto.',
    'narrowed.some': 'Mas por pouco tempo, algumas pessoas da equipa podem ver os seus dados. Cada uma foi indicada pelo nome.',
    'narrowed.one': 'Uma enfermeira, um médico ou outra pessoa com formação decidiu isto de imediato. Não podia esperar.',
    'narrowed.two': 'Dois responsáveis decidiram isto.',
    'narrowed.reason.safeguarding': 'Fizeram-no para proteger uma criança ou um adulto.',
    'narrowed.reason.serious-risk': 'Fizeram-no porque alguém pode sofrer um dano grave.',
    'narrowed.reason.public-interest': 'Fizeram-no porque ajuda a proteger outras pessoas.',
    'narrowed.dates': 'Começa em {since} e acaba em {until}. Cada vez que alguém vê, fica escrito.',

    stays: 'É bom saber',
    'stays.unseen':
      'Quando não partilhamos, o pessoal pode não ver coisas que precisa de saber. É assim mesmo se estiver muito doente e não puder falar.',
    'stays.letters':
      'As cartas sobre os seus cuidados continuam a ir de um lugar para outro, por exemplo quando o seu médico o envia a um hospital. Cada lugar continua a guardar as suas notas.',
    'stays.copied': 'O que um lugar já copiou para as suas notas fica lá. Não o podemos retirar.',
    'stays.copies': 'A cópia de uma carta que outro lugar tenha, como o seu médico de família, pode continuar a ser vista.',
    'stays.care': 'Vai continuar a ter cuidados.',
    'stays.emergency':
      'Se alguém puder sofrer um dano grave, dois responsáveis podem deixar certas pessoas ver os seus dados por pouco tempo. O pessoal pode pedir isto de dia ou de noite.',

    mind: 'Se mudar de ideias',
    'mind.how': 'Pode mudar de ideias quando quiser. Diga a quem cuida de si, ou ligue-nos.',

    complain: 'Se não concorda',
    'complain.us': 'Fale primeiro connosco, se puder. Esta equipa ajuda-o a fazer uma queixa:',
    'complain.officer':
      'Também pode escrever ao nosso encarregado da proteção de dados. Esta pessoa verifica como usamos o que sabemos sobre si. Vai dizer-lhe, no prazo de 30 dias, que tem a sua carta.',
    'complain.commissioner': 'Se ainda não concordar, diga ao Information Commissioner. Verifica se a lei é cumprida. É grátis.',

    contact: 'Como falar connosco',
    'contact.night': 'Se não pode esperar, há um número para onde pode ligar de dia ou de noite:',
    'contact.formats': 'Precisa desta carta em letra grande, em Braille, lida em voz alta ou na sua língua? Por favor ligue-nos.',
    'label.phone': 'Telefone',
    'label.email': 'Correio eletrónico',
    'label.web': 'Web',
    'label.address': 'Morada',
    'label.night': 'De dia e de noite',
  },
}
