import type { KnownBlock, ModalView, HomeView } from '@slack/types';

export interface Message { blocks: KnownBlock[]; text?: string }
export interface Root { message: Message; modal: ModalView; home: HomeView }
